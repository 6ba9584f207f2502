/** Loaded first: the colours of choice stand before anything is drawn. */
import "./tokens.css";
import "./base.css";
import { preferences } from "../preferences/preferences";
import { applyTheme } from "./theme";

applyTheme(preferences.get());
preferences.subscribe(() => applyTheme(preferences.get()));
