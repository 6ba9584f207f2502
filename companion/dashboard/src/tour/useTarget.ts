import { type RefObject, useEffect, useState } from "react";
import { type Box, placed } from "./placement";

/** Often enough that the card follows a page that is loading, scrolled or turned. */
const LOOK_MS = 120;

interface Place {
  /** What is pointed at; undefined while it is not on the page. */
  target: Box | undefined;
  card: { top: number; left: number };
}

const NOWHERE: Place = { target: undefined, card: { top: 0, left: 0 } };

/** Where the part is that a step points at, and where its card stands. It is brought into view once. */
export function useTarget(selector: string, card: RefObject<HTMLElement | null>): Place {
  const [place, setPlace] = useState(NOWHERE);
  useEffect(() => {
    let isInView = false;
    const look = () => {
      const element = document.querySelector(selector);
      if (element && !isInView) element.scrollIntoView({ block: "start" });
      isInView ||= element !== null;
      const seen = placeOf(element, card.current);
      setPlace((before) => (JSON.stringify(before) === JSON.stringify(seen) ? before : seen));
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [selector, card]);
  return place;
}

function placeOf(element: Element | null, card: HTMLElement | null): Place {
  const target = element ? boxOf(element) : undefined;
  const size = { width: card?.offsetWidth ?? 0, height: card?.offsetHeight ?? 0 };
  const screen = { width: document.documentElement.clientWidth, height: window.innerHeight };
  return { target, card: placed(target, size, screen) };
}

function boxOf(element: Element): Box | undefined {
  const { top, left, width, height } = element.getBoundingClientRect();
  return width === 0 ? undefined : { top, left, width, height };
}
