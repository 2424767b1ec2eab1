// Puts the form of a campaign where this script stands:
//   <script src="https://SERVER/embed.js" data-campaign="SLUG" async></script>
// data-lang and data-title may be added. The form is framed; nothing of it runs in this page.
(() => {
  const script = document.currentScript;
  const { campaign, lang, title } = script.dataset;
  const address = new URL(`c/${encodeURIComponent(campaign)}/embed`, script.src);
  const language = lang || document.documentElement.lang;
  if (language) address.searchParams.set('lang', language);
  const frame = document.createElement('iframe');
  frame.src = address.href;
  frame.title = title || campaign.replace(/-/g, ' ');
  frame.loading = 'lazy';
  frame.style.cssText = 'display:block;width:100%;height:640px;border:0';
  window.addEventListener('message', (event) => {
    if (event.source !== frame.contentWindow || event.origin !== address.origin) return;
    const { type, height } = event.data || {};
    if (type !== 'promotions:height' || !Number.isFinite(height)) return;
    frame.style.height = `${Math.min(Math.max(height, 80), 8000)}px`;
  });
  script.after(frame);
})();
