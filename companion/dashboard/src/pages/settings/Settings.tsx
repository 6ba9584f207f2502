import { ComingPage } from "../../parts/ComingPage";

export default function Settings() {
  return <ComingPage />;
}
