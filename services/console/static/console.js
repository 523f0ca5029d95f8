// The few things that neither HTML nor htmx does: the consent's popup, and its word to the page that opened it.

// A form that opens a popup: named and sized first, because the form's own target would open a tab.
document.addEventListener("submit", (event) => {
  const popup = event.target.dataset.popup;
  if (popup) window.open("", popup, "popup,width=520,height=680");
});

// Microsoft's pages may cut the tie between popup and opener, so they speak over a channel of this site.
for (const part of document.querySelectorAll("[data-reload-on]")) {
  new BroadcastChannel(part.dataset.reloadOn).onmessage = () => location.reload();
}
for (const part of document.querySelectorAll("[data-tell]")) {
  new BroadcastChannel(part.dataset.tell).postMessage("changed");
  if ("close" in part.dataset) window.close();
}

for (const button of document.querySelectorAll("[data-close-button]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.close());
}

// A code or a message that htmx brings is what the person goes on with.
document.addEventListener("htmx:afterSwap", (event) => event.target.querySelector("[autofocus]")?.focus());
