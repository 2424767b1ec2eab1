// What the pages of participants do besides, where scripts run: nothing depends on it.

// Says how long it is until a moment, in the page's language: "in 3 days".
function countDown(element) {
  const until = Date.parse(element.dataset.until);
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: 'always' });
  const units = [['day', 86400], ['hour', 3600], ['minute', 60]];
  const show = () => {
    const seconds = Math.round((until - Date.now()) / 1000);
    if (!(seconds > 0)) {
      element.hidden = true;
      return;
    }
    // Two days and more are told in days, two hours and more in hours.
    const [unit, size] = units.find(([, length]) => seconds >= 2 * length) || ['second', 1];
    element.textContent = `(${words.format(Math.floor(seconds / size), unit)})`;
    element.hidden = false;
    setTimeout(show, unit === 'second' ? 1000 : 15000);
  };
  show();
}

// Tells the page that frames this one how tall it is, so that it needs no second scroll bar. Only
// origins that the organiser has listed learn it.
function reportHeight() {
  const listed = (document.body.dataset.parents || '').split(' ').filter(Boolean);
  if (window.parent === window || listed.length === 0) return;
  let parent = '';
  if (window.location.ancestorOrigins) {
    [parent] = window.location.ancestorOrigins;
  } else if (document.referrer) {
    parent = new URL(document.referrer).origin;
  }
  const targets = listed.filter((origin) => !parent || origin === parent);
  new ResizeObserver(() => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    for (const origin of targets) {
      window.parent.postMessage({ type: 'promotions:height', height }, origin);
    }
  }).observe(document.documentElement);
}

// A second press of the button would be a second sign-up, answered as a known address.
function submitOnce(form) {
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
  });
  // Back from the answer, the form may be sent again.
  window.addEventListener('pageshow', () => delete form.dataset.sent);
}

document.querySelectorAll('[data-until]').forEach(countDown);
document.querySelectorAll('form.entry').forEach(submitOnce);
reportHeight();
