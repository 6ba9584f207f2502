import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { goTo } from "./route";

type Properties = AnchorHTMLAttributes<HTMLAnchorElement> & { href: string };

/** A link inside the page: a plain click does not load it anew, any other click is the browser's. */
export function Link({ href, onClick, ...rest }: Properties) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (event.defaultPrevented || !isPlain) return;
    event.preventDefault();
    goTo(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
}
