// What the browser does by itself: ages that grow, copying, keys, and the banner of a lost connection.
(function () {
  'use strict';

  // --- Ages. The same wording as Controls/TimeText.cs. ---
  // The server looked at its clock between the request and the answer, however long it took over the page: only what neither explains is a
  // difference of the clocks. A page that comes from the browser's cache carries an old server time: then they are taken to agree.
  function clocksDiffer() {
    var came = performance.getEntriesByType('navigation')[0];
    var server = Date.parse(document.documentElement.dataset.serverNow);
    if (!came || came.type === 'back_forward' || !isFinite(server)) return 0;
    var least = performance.timeOrigin + came.requestStart - server;
    var most = performance.timeOrigin + (came.responseStart || performance.now()) - server;
    return least > 2000 ? least : most < -2000 ? most : 0;
  }
  var skew = clocksDiffer();

  function duration(ms) {
    var s = Math.max(0, Math.floor(ms / 1000));
    if (s < 60) return s + ' s';
    var m = Math.floor(s / 60);
    if (m < 60) return m + ' min';
    var h = Math.floor(m / 60);
    if (h < 24) return m % 60 === 0 ? h + ' h' : h + ' h ' + (m % 60) + ' min';
    var d = Math.floor(h / 24);
    return h % 24 === 0 ? d + ' d' : d + ' d ' + (h % 24) + ' h';
  }

  function ages() {
    var now = Date.now() - skew;
    document.querySelectorAll('[data-age-of]').forEach(function (element) {
      var at = Date.parse(element.dataset.ageOf);
      var text = element.firstChild;
      // Only the text of the node changes: the server's renderer keeps track of the node itself.
      if (!text || text.nodeType !== Node.TEXT_NODE || !isFinite(at)) return;
      var words = at <= now ? duration(now - at) + ' ago' : 'in ' + duration(at - now);
      if (text.data !== words) text.data = words;
    });
  }
  setInterval(ages, 1000);

  // --- Copying, themes, reloading: by attribute, so that they work without the server. ---
  function announce(words) {
    var region = document.getElementById('cp-announcer');
    if (!region) {
      region = document.createElement('div');
      region.id = 'cp-announcer';
      region.className = 'cp-visually-hidden';
      region.setAttribute('role', 'status');
      document.body.appendChild(region);
    }
    region.textContent = '';
    setTimeout(function () { region.textContent = words; }, 50);
  }

  async function copy(button) {
    var done = true;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      done = false;
    }
    button.dataset.copied = done ? 'yes' : 'no';
    announce(done ? 'Copied' : 'The browser does not allow copying here');
    setTimeout(function () { delete button.dataset.copied; }, 1600);
  }

  document.addEventListener('click', function (e) {
    // A click beside the palette: on the dialog itself, which is what the backdrop belongs to.
    if (e.target instanceof HTMLDialogElement && e.target.matches('.cp-palette')) e.target.close();
    var button = e.target instanceof Element ? e.target.closest('[data-copy],[data-set-theme],[data-reload]') : null;
    if (!button) return;
    if (button.dataset.copy !== undefined) copy(button);
    else if (button.dataset.setTheme) window.portalTheme.set(button.dataset.setTheme);
    else location.reload();
  });

  // A link within the page: with a base address a bare # would lead to Home, and the router would follow it there.
  document.addEventListener('click', function (e) {
    var link = e.target instanceof Element ? e.target.closest('a[href^="#"]') : null;
    var target = link && document.getElementById(link.getAttribute('href').slice(1));
    if (!target || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    e.stopPropagation();
    target.scrollIntoView();
    target.focus();
  }, true);

  // --- Keys. ---
  document.addEventListener('keydown', function (e) {
    if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === 'k') {
      var opener = document.querySelector('[data-opens-palette]');
      if (opener) {
        e.preventDefault();
        opener.click();
      }
    } else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp' || e.key === 'Enter') && e.target instanceof Element && e.target.matches('[data-palette-input]')) {
      // The list moves, not the caret.
      e.preventDefault();
    } else if (e.target instanceof Element && e.target.closest('[data-arrows]') && !e.ctrlKey && !e.metaKey && !e.altKey && !e.shiftKey) {
      // Cards: arrows go from one to the next, beside Tab; from the search field only down, since the caret has the other keys.
      var cards = Array.from(e.target.closest('[data-arrows]').querySelectorAll('[data-arrow]'));
      var at = cards.indexOf(e.target);
      var step = e.key === 'ArrowDown' || (at >= 0 && e.key === 'ArrowRight') ? 1 : at >= 0 && (e.key === 'ArrowUp' || e.key === 'ArrowLeft') ? -1 : 0;
      var next = at >= 0 && e.key === 'Home' ? cards[0] : at >= 0 && e.key === 'End' ? cards[cards.length - 1] : step !== 0 ? cards[at + step] : null;
      if (next && (at >= 0 || e.target.matches('input[type=search]'))) {
        e.preventDefault();
        next.focus();
      }
    }
  }, true);

  window.portal = {
    open: function (dialog) {
      if (!dialog.open) dialog.showModal();
      dialog.querySelector('[data-palette-input]')?.focus();
    },
    close: function (dialog) { if (dialog.open) dialog.close(); },
    focusHeading: function () {
      var heading = document.querySelector('h1');
      var active = document.activeElement;
      // Who has found a field or a row of the page already goes on there.
      if (!heading || (active instanceof Element && active.closest('main') && active.matches('input,textarea,select,[contenteditable],[data-row]'))) return;
      if (!heading.hasAttribute('tabindex')) heading.setAttribute('tabindex', '-1');
      heading.focus();
    },
    show: function (id) { document.getElementById(id)?.scrollIntoView({ block: 'nearest' }); },
    focusOn: function (id) {
      var target = document.getElementById(id);
      var active = document.activeElement;
      // Who has found a field meanwhile goes on there.
      if (!target || (active instanceof Element && active.matches('main input:not([type=checkbox]),main textarea,main select'))) return;
      target.focus();
      target.scrollIntoView({ block: 'nearest' });
    },
    save: function (name, text) {
      // The mark of the byte order lets spreadsheets read it as UTF-8.
      var url = URL.createObjectURL(new Blob(['\ufeff' + text], { type: 'text/csv;charset=utf-8' }));
      var link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      setTimeout(function () { URL.revokeObjectURL(url); }, 1000);
    },
    cookie: function (name, value) { window.portalCookie(name, value); },
    theme: function (choice) { window.portalTheme.set(choice); },
    submit: function (formId) { document.getElementById(formId)?.submit(); }
  };

  // --- A lost connection. ---
  var banner = document.getElementById('components-reconnect-modal');
  var later = null;

  // A click made while offline would be queued and carried out later, maybe twice: it is stopped before Blazor sees it.
  // The page can still be read, scrolled and copied from.
  function offline(isOffline) { document.documentElement.toggleAttribute('data-offline', isOffline); }

  function stop(e) {
    if (!document.documentElement.hasAttribute('data-offline') || !(e.target instanceof Element)) return;
    if (!e.target.closest('[data-needs-circuit]') || e.target.closest('[data-copy],[data-set-theme],[data-reload],[popovertarget]')) return;
    if (e.type === 'keydown' && (e.ctrlKey || e.metaKey || e.altKey || /^(Tab|Escape|F\d+|Page.*|Home|End|Arrow.*|Shift|Control|Alt|Meta)$/.test(e.key))) return;
    e.stopImmediatePropagation();
    if (e.cancelable) e.preventDefault();
  }
  ['click', 'dblclick', 'keydown', 'input', 'change', 'submit'].forEach(function (type) { window.addEventListener(type, stop, true); });

  function show(when) {
    banner.querySelectorAll('[data-when]').forEach(function (p) { p.hidden = p.dataset.when !== when; });
    banner.querySelector('[data-reload]').hidden = when !== 'lost';
    banner.hidden = false;
  }

  async function onConnection(e) {
    var state = e.detail && e.detail.state;
    if (state === 'show' || state === 'retrying' || state === 'paused') {
      offline(true);
      later ??= setTimeout(function () { show('trying'); }, 1000);
    } else if (state === 'hide') {
      clearTimeout(later);
      later = null;
      banner.hidden = true;
      offline(false);
    } else if (state === 'failed') {
      clearTimeout(later);
      show('lost');
    } else if (state === 'rejected') {
      // The server has forgotten the page (it was restarted): what the page shows is in its address, so it is simply read again.
      var resumed = false;
      try {
        resumed = await Blazor.resumeCircuit();
      } catch {
        resumed = false;
      }
      if (!resumed) location.reload();
    }
  }
  if (banner) banner.addEventListener('components-reconnect-state-changed', onConnection);
})();

// Single keys: j and k move between rows, slash goes to the search field, the question mark lists the keys. Never while
// somebody is writing, and not at all where they were switched off (WCAG 2.1.4).
(function () {
  'use strict';
  function on() {
    try { return localStorage.getItem('cp-single-keys') !== 'off'; } catch { return true; }
  }

  function list() {
    var dialog = document.getElementById('cp-keys');
    if (!dialog || dialog.open) return;
    dialog.querySelector('[data-single-keys]').checked = on();
    dialog.showModal();
  }

  document.addEventListener('click', function (e) {
    if (e.target instanceof Element && e.target.closest('[data-opens-keys]')) {
      e.target.closest('[popover]')?.hidePopover();
      list();
    }
  });

  document.addEventListener('change', function (e) {
    if (!(e.target instanceof Element) || !e.target.matches('[data-single-keys]')) return;
    try { localStorage.setItem('cp-single-keys', e.target.checked ? 'on' : 'off'); } catch { /* Kept for this page only. */ }
  });

  var inHand = null;
  document.addEventListener('focusin', function (e) {
    inHand = (e.target instanceof Element && (e.target.closest('[data-row]') ?? document.querySelector('[data-row][aria-current=true]'))) || inHand;
  });

  document.addEventListener('keydown', function (e) {
    var at = e.target;
    if (!on() || e.ctrlKey || e.metaKey || e.altKey || (at instanceof HTMLElement && (at.isContentEditable || at.matches('input, textarea, select, dialog *')))) return;
    var key = window.portalKeys.meant(e.key);
    if (key === null) return;
    if (key === '?') {
      e.preventDefault();
      list();
    } else if (key === '/') {
      var field = document.querySelector('[data-search]');
      if (field) { e.preventDefault(); field.focus(); field.select(); }
    } else if (key === 'v') {
      var view = document.querySelector('[data-default-view]');
      if (view) { e.preventDefault(); view.click(); }
    } else if (key === 'j' || key === 'k') {
      var rows = [...document.querySelectorAll('[data-row]')];
      if (rows.length === 0) return;
      e.preventDefault();
      var now = rows.indexOf(document.activeElement);
      // From the panel of a row on from that row; and from the one that was in hand last while nothing has the focus, as after a panel was closed.
      if (now < 0) now = rows.findIndex(function (row) { return row.getAttribute('aria-current') === 'true'; });
      if (now < 0 && document.activeElement === document.body) now = rows.indexOf(inHand);
      var next = now < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, now + (key === 'j' ? 1 : -1)));
      rows[next].focus();
      rows[next].closest('tr')?.scrollIntoView({ block: 'nearest' });
    } else if (/^[a-z1-9]$/.test(key) && !e.defaultPrevented) {
      var target = keyed(key, at);
      if (!target) return;
      e.preventDefault();
      if (target.matches('input:not([type=checkbox]), select, textarea')) { target.focus(); target.select?.(); } else target.click();
    }
  });

  // Single keys act on what carries data-key="c" and so on: in the row in hand, then in the open panel, then in the list, then anywhere
  // on the page. A field gets the focus, everything else is clicked; what is folded away is unfolded for it. What is hidden, disabled or
  // inert does not answer; nor does x outside of a row and panel of a list.
  function keyed(key, at) {
    var current = document.querySelector('[data-row][aria-current=true]');
    var host = document.querySelector('[data-key-host]');
    var scopes = [at instanceof Element && at.closest('[data-key-row]'), current && current.closest('[data-key-row]'), document.querySelector('[data-key-panel]'), key === 'x' ? null : host, host && key === 'x' ? null : document];
    for (var scope of scopes) {
      var able = scope ? [...scope.querySelectorAll('[data-key="' + key + '"]:not(kbd)')].filter(function (e) { return !e.disabled && !e.closest('[inert]'); }) : [];
      var found = able.find(function (e) { return e.checkVisibility(); });
      if (found) return found;
      var folded = able.find(function (e) { return e.closest('details:not([open])')?.checkVisibility(); });
      if (folded) {
        folded.closest('details').open = true;
        return folded;
      }
    }
    return null;
  }

  // Escape closes the panel, also where single keys are off; in a field it first leaves the field, for what opened its form where that is named.
  document.addEventListener('keydown', function (e) {
    if (e.key !== 'Escape' || e.defaultPrevented || document.querySelector('dialog[open], [popover]:popover-open')) return;
    if (e.target instanceof HTMLElement && e.target.matches('input:not([type=checkbox]), textarea, select')) {
      var next = document.getElementById(e.target.closest('[data-leave-to]')?.dataset.leaveTo ?? '');
      if (next) next.focus(); else e.target.blur();
      return;
    }
    document.querySelector('[data-key-host] [data-key="Escape"]')?.click();
  });
})();
