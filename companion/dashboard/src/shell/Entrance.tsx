import { useEffect } from "react";
import { feed } from "../feed/own";
import { keepSession } from "../session/keeping";
import { session } from "../session/session";
import { useStore } from "../store/store";
import { Login } from "./Login";
import { Shell } from "./Shell";
import { Waiting } from "./Waiting";

/** What a visitor sees: the login, or the page. The feed lives as long as the session. */
export function Entrance() {
  const { phase, known } = useStore(session);
  const isIn = phase === "in";
  useEffect(() => {
    if (!isIn) return;
    feed.start();
    const hurry = () => feed.hurry();
    window.addEventListener("online", hurry);
    return () => {
      window.removeEventListener("online", hurry);
      feed.stop();
    };
  }, [isIn]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each session that becomes known is kept anew
  useEffect(keepSession, [known]);
  if (phase === "unknown") return <Waiting />;
  return isIn ? <Shell /> : <Login />;
}
