import { useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { Button } from "./Button";
import "./dialog.css";

interface Properties {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Buttons at the end. */
  actions?: ReactNode;
}

/** The browser's own modal dialog: it keeps the focus, closes with Esc, and gives the focus back. */
export function Dialog({ title, onClose, children, actions }: Properties) {
  const { t } = useLingui();
  const element = useRef<HTMLDialogElement>(null);
  const label = useId();
  // Closed before it is taken out of the document: only then the browser gives the focus back.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="dialog-head">
        <h2 id={label}>{title}</h2>
        <Button kind="quiet" onClick={onClose} aria-label={t`Close`}>
          <X size={16} aria-hidden="true" />
        </Button>
      </header>
      <div className="dialog-body">{children}</div>
      {actions ? <footer className="dialog-actions">{actions}</footer> : null}
    </dialog>
  );
}
