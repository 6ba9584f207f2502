import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import {
  Activity,
  Briefcase,
  ChartColumn,
  Coins,
  FileText,
  Filter,
  FlaskConical,
  Layers,
  ListOrdered,
  type LucideIcon,
  Settings,
} from "lucide-react";
import { type ComponentType, lazy } from "react";

/** A page: its name is its address (`/page/<name>`) and its folder (`src/pages/<name>/`). */
export interface Page {
  name: string;
  title: MessageDescriptor;
  icon: LucideIcon;
  /** `g` and then this letter goes there. */
  letter: string;
  /** Whether it stands in the bar at the bottom of a phone; the others are under "More". */
  isOnPhone?: true;
  Content: ComponentType;
}

/** Every page, in the order of the navigation. A page more is a folder and a line. */
export const PAGES: readonly Page[] = [
  {
    name: "portfolio",
    title: msg`Portfolio`,
    icon: Briefcase,
    letter: "p",
    isOnPhone: true,
    Content: lazy(() => import("./portfolio/Portfolio")),
  },
  {
    name: "signals",
    title: msg`Signals`,
    icon: Activity,
    letter: "s",
    isOnPhone: true,
    Content: lazy(() => import("./signals/Signals")),
  },
  {
    name: "opportunities",
    title: msg`Opportunities`,
    icon: ListOrdered,
    letter: "o",
    isOnPhone: true,
    Content: lazy(() => import("./opportunities/Opportunities")),
  },
  {
    name: "coin",
    title: msg`Coin`,
    icon: Coins,
    letter: "c",
    isOnPhone: true,
    Content: lazy(() => import("./coin/Coin")),
  },
  {
    name: "funnel",
    title: msg`Funnel`,
    icon: Filter,
    letter: "f",
    Content: lazy(() => import("./funnel/Funnel")),
  },
  {
    name: "evidence",
    title: msg`Evidence and AI`,
    icon: FlaskConical,
    letter: "e",
    Content: lazy(() => import("./evidence/Evidence")),
  },
  {
    name: "performance",
    title: msg`Performance`,
    icon: ChartColumn,
    letter: "r",
    Content: lazy(() => import("./performance/Performance")),
  },
  {
    name: "modules",
    title: msg`Modules`,
    icon: Layers,
    letter: "m",
    Content: lazy(() => import("./modules/Modules")),
  },
  {
    name: "settings",
    title: msg`Settings`,
    icon: Settings,
    letter: "t",
    Content: lazy(() => import("./settings/Settings")),
  },
  { name: "logs", title: msg`Logs`, icon: FileText, letter: "l", Content: lazy(() => import("./logs/Logs")) },
];

/** Where `/` leads. */
export const FIRST_PAGE = "portfolio";

export function pageNamed(name: string): Page | undefined {
  return PAGES.find((page) => page.name === (name || FIRST_PAGE));
}
