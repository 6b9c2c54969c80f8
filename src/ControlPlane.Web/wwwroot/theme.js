// Runs in the head, before the first paint. Light or dark is an attribute of the root element; everything else is CSS.
// And a page always has its title.
(function () {
  'use strict';
  var root = document.documentElement;
  var system = window.matchMedia('(prefers-color-scheme: dark)');

  function apply() {
    var choice = root.dataset.themeChoice;
    root.dataset.theme = choice === 'dark' || (choice === 'system' && system.matches) ? 'dark' : 'light';
  }

  apply();
  system.addEventListener('change', apply);

  window.portalTheme = {
    set: function (choice) {
      root.dataset.themeChoice = choice;
      window.portalCookie('cp-theme', choice);
      apply();
      document.querySelectorAll('[data-set-theme]').forEach(function (button) {
        button.setAttribute('aria-pressed', String(button.dataset.setTheme === choice));
      });
    }
  };

  // Choices of a browser, not secrets: a year, this site only.
  window.portalCookie = function (name, value) {
    document.cookie = name + '=' + encodeURIComponent(value) + '; path=/; max-age=31536000; samesite=lax' +
      (location.protocol === 'https:' ? '; secure' : '');
  };

  // When a page comes alive, its title is taken away with what the server drew first, and comes back only when the page draws itself:
  // until then a tab and a screen reader would have no name for it (WCAG 2.4.2).
  var title = '';
  new MutationObserver(function () {
    var kept = document.head.querySelector('title[data-kept]');
    if (kept && document.head.querySelector('title:not([data-kept])')) {
      kept.remove();
    } else if (!document.title && title && !kept) {
      kept = document.createElement('title');
      kept.dataset.kept = '';
      kept.textContent = title;
      document.head.append(kept);
    }
    title = document.title || title;
  }).observe(document.head, { childList: true, subtree: true, characterData: true });

  // The zone is known before the first page is rendered for this browser the second time.
  window.portalCookie('cp-browser-zone', Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC');
})();
