// A classic script in the head: the theme stands before anything is painted.
(() => {
    let theme = null;
    try {
        theme = localStorage.getItem('sweepd-theme');
    } catch {
        // Storage may be switched off; the system's theme holds then.
    }
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
})();
