import { ComingPage } from "../../parts/ComingPage";

export default function Evidence() {
  return <ComingPage />;
}
