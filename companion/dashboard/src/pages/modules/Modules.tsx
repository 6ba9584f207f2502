import { useModules, useParts } from "../../api/queries";
import { Shown } from "../../parts/Panel";
import { Absent } from "./Absent";
import { Blacklist } from "./Blacklist";
import { Bots } from "./Bots";
import { FeedPanel } from "./FeedPanel";
import { Guard } from "./Guard";
import { LastActs } from "./LastActs";
import { Locks } from "./Locks";
import { Scanner } from "./Scanner";
import { RecorderPanel, StorePanel } from "./Storage";
import { StreamsPanel } from "./Streams";
import { Tasks } from "./Tasks";
import "./modules.css";

/** What runs, what stops entries, and what was done by hand: first what a person can change. */
export default function Modules() {
  const modules = useModules();
  return (
    <div className="stack">
      <Bots />
      <Shown asked={modules} rows={4}>
        {(found) => <Guard guard={found.stoploss_guard} />}
      </Shown>
      <div className="module-lists">
        <Locks />
        <Blacklist />
      </div>
      <LastActs />
      <Scanner />
      <Parts />
      {modules.data ? <Absent found={modules.data} /> : null}
    </div>
  );
}

function Parts() {
  const asked = useParts();
  return (
    <Shown asked={asked} rows={8}>
      {({ streams, recorder, store, lease, tasks }) => (
        <>
          <StreamsPanel streams={streams} />
          <RecorderPanel recorder={recorder} />
          <div className="columns">
            <StorePanel store={store} lease={lease} />
            <FeedPanel />
          </div>
          <Tasks tasks={tasks} />
        </>
      )}
    </Shown>
  );
}
