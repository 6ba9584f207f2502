import { useLingui } from "@lingui/react/macro";
import { Dialog } from "../../parts/Dialog";
import { useStore } from "../../store/store";
import { COLUMNS } from "./columns";
import { toggled, view } from "./view";

export function ColumnsDialog({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useLingui();
  const { columns } = useStore(view);
  return (
    <Dialog title={t`Columns`} onClose={onClose}>
      <div className="columns-choice">
        {COLUMNS.map(({ id, title }) => (
          <label key={id} className="check">
            <input
              type="checkbox"
              checked={columns.includes(id)}
              onChange={() => view.update({ columns: toggled(columns, id) })}
            />
            {i18n._(title)}
          </label>
        ))}
      </div>
    </Dialog>
  );
}
