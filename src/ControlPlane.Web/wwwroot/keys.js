// Keys that this browser chose in place of the portal's own: read by portal.js for each single key, kept in a cookie, changed in the list
// of keys. The table is Shell/PortalKeys.cs; what it lets change carries data-rekey.
(function () {
  'use strict';
  var chosen = {};
  var waiting = null;
  // A style sheet of its own: each kbd that names a key shows the chosen one, whenever it is rendered.
  var shown = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, shown];

  function own() { return [...document.querySelectorAll('[data-rekey]')].map(function (b) { return b.dataset.rekey; }); }
  function pressed(key) { return chosen[key] || key; }

  function read() {
    chosen = {};
    var cookie = /(?:^|; )cp-keys=([^;]*)/.exec(document.cookie);
    decodeURIComponent(cookie ? cookie[1] : '').split('~').forEach(function (one) {
      if (/^[a-z/]\.[a-z/]$/.test(one)) chosen[one[0]] = one[2];
    });
    var all = own().map(pressed);
    // As on the server: when two would have one key, none of it holds.
    if (new Set(all).size !== all.length) chosen = {};
    show();
  }

  function show() {
    shown.replaceSync(Object.keys(chosen).map(function (key) { return 'kbd[data-key="' + key + '"]::before { content: "' + chosen[key] + '"; }'; }).join('\n'));
    document.querySelectorAll('kbd[data-shows]').forEach(function (kbd) { if (kbd.firstChild) kbd.firstChild.data = pressed(kbd.dataset.shows); });
    document.querySelectorAll('[data-key][aria-keyshortcuts]').forEach(function (e) { e.setAttribute('aria-keyshortcuts', pressed(e.dataset.key)); });
  }

  function keep() {
    window.portalCookie('cp-keys', Object.keys(chosen).map(function (key) { return key + '.' + chosen[key]; }).join('~'));
    show();
  }

  function say(words) { document.querySelector('[data-rekey-said]').textContent = words; }

  function stop() {
    if (waiting) waiting.textContent = 'Change';
    waiting = null;
  }

  function does(key) { return document.querySelector('[data-rekey="' + key + '"]').previousElementSibling.textContent; }

  function change(key, to) {
    if (!/^[a-z/]$/.test(to)) return say('Choose a letter from a to z, or the slash.');
    var other = own().find(function (k) { return k !== key && pressed(k) === to; });
    if (other) return say('“' + to + '” is taken: ' + does(other) + '. Choose another key, or change that one first.');
    if (to === key) delete chosen[key]; else chosen[key] = to;
    keep();
    say('“' + to + '” is the key now for: ' + does(key) + '.');
    stop();
  }

  document.addEventListener('click', function (e) {
    if (!(e.target instanceof Element)) return;
    var button = e.target.closest('[data-rekey]');
    if (button) {
      stop();
      waiting = button;
      button.textContent = 'Press the key';
      say('Press the key for: ' + does(button.dataset.rekey) + '. Escape leaves it as it is.');
    } else if (e.target.closest('[data-rekey-reset]')) {
      stop();
      chosen = {};
      keep();
      say('All keys are as they were.');
    }
  });

  // Who goes elsewhere, or closes the list, asks for nothing any more.
  document.addEventListener('focusout', function (e) { if (e.target === waiting) stop(); });

  document.addEventListener('keydown', function (e) {
    if (!waiting || e.ctrlKey || e.metaKey || e.altKey || /^(Shift|Control|Alt|Meta)$/.test(e.key)) return;
    if (e.key === 'Tab') { stop(); return; }
    e.preventDefault();
    e.stopPropagation();
    if (e.key === 'Escape') { stop(); say(''); } else change(waiting.dataset.rekey, e.key.toLowerCase());
  }, true);

  // What a pressed key means: the portal's own name for it, or null where its place was given to nothing.
  window.portalKeys = {
    meant: function (key) {
      if (!/^[a-z/]$/.test(key)) return key;
      var is = Object.keys(chosen).find(function (k) { return chosen[k] === key; });
      return is || (chosen[key] ? null : key);
    }
  };
  read();
})();
