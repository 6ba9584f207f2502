import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";
import { Panel } from "../../parts/Panel";

type Task = Schemas["TaskStatus"];

/** What the service keeps running: a task that fails is started again after a wait. */
export function Tasks({ tasks }: { tasks: readonly Task[] }) {
  const { t } = useLingui();
  return (
    <Panel title={t`Tasks of the companion`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard */}
      <section className="table-box" tabIndex={0} aria-label={t`Tasks of the companion`}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">
                <Trans>Task</Trans>
              </th>
              <th scope="col">
                <Trans>State</Trans>
              </th>
              <th scope="col">
                <Trans>Since</Trans>
              </th>
              <th scope="col" className="number">
                <Trans>Failures</Trans>
              </th>
              <th scope="col">
                <Trans>Last failure</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {tasks.map((task) => (
              <Row key={task.name} task={task} />
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

function Row({ task }: { task: Task }) {
  const { t } = useLingui();
  const format = useFormatter();
  const words: Record<Task["state"], string> = {
    running: t`runs`,
    waiting: t`failed, is started again`,
    stopped: t`ended or not needed`,
  };
  const isBad = task.state === "waiting" || (task.critical && task.state === "stopped");
  return (
    <tr>
      <th scope="row">{task.name}</th>
      <td className={isBad ? "age-old" : ""}>{words[task.state]}</td>
      <td>{format.dateTime(task.since_ms)}</td>
      <td className="number">{format.number(task.failures, 0)}</td>
      <td className="task-failure">
        {task.last_error ? `${format.dateTime(task.last_failure_ms)}: ${task.last_error}` : null}
      </td>
    </tr>
  );
}
