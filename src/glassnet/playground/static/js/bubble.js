// The bubble with the numbers of whatever the pointer, a finger or the keyboard is on.

const bubble = () => document.getElementById("bubble");

/** Show words beside a place of the window. */
export function showBubble(words, x, y) {
  const element = bubble();
  element.textContent = words;
  element.hidden = false;
  const { width, height } = element.getBoundingClientRect();
  element.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - width - 8))}px`;
  element.style.top = `${y + 18 + height > innerHeight ? Math.max(8, y - height - 14) : y + 18}px`;
}

export function hideBubble() {
  bubble().hidden = true;
}

addEventListener("keydown", (event) => event.key === "Escape" && hideBubble());
addEventListener("scroll", hideBubble, { passive: true });
