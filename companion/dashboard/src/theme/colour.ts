/** The colour behind a token as `rgb(…)`: charts draw on a canvas and know no custom properties. */
export function tokenColour(token: `--${string}`): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
