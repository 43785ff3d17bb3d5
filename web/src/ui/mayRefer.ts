// Whether the person may say where a secret is kept instead of typing it: admins alone.
import { createContext } from "react";

export const MayRefer = createContext(false);
