export interface Box {
  top: number;
  left: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Between the card and what it points at, and at the edges of the screen, px. */
const GAP = 12;

/** Where a card stands so that what it points at can be seen: below, above, or beside it; else at the lower edge. */
export function placed(target: Box | undefined, card: Size, screen: Size): { top: number; left: number } {
  const centred = { top: (screen.height - card.height) / 2, left: (screen.width - card.width) / 2 };
  if (!target) return inside(centred, card, screen);
  const bottom = target.top + target.height;
  const right = target.left + target.width;
  const fitsBelow = bottom + GAP + card.height + GAP <= screen.height;
  if (fitsBelow) return inside({ top: bottom + GAP, left: target.left }, card, screen);
  const fitsAbove = target.top - 2 * GAP - card.height >= 0;
  if (fitsAbove) return inside({ top: target.top - GAP - card.height, left: target.left }, card, screen);
  if (right + GAP + card.width + GAP <= screen.width)
    return inside({ top: target.top, left: right + GAP }, card, screen);
  return inside({ top: screen.height, left: screen.width }, card, screen);
}

function inside(
  wish: { top: number; left: number },
  card: Size,
  screen: Size,
): { top: number; left: number } {
  const within = (value: number, most: number) => Math.round(Math.max(GAP, Math.min(value, most - GAP)));
  return {
    top: within(wish.top, screen.height - card.height),
    left: within(wish.left, screen.width - card.width),
  };
}
