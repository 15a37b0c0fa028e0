import assert from "node:assert/strict";
import { test } from "node:test";

import { hasArrived, isMissing, mayBeNeeded } from "../../../../static/js/faxes/upload/document_states.js";

const STATES = ["stored", "missing", "unknown", "moving", "held"];
const those = (fits) => STATES.filter((state) => fits({ state }));

test("each state says whether the file is missing, may be needed, or has arrived", () => {
  assert.deepEqual(those(isMissing), ["missing", "unknown"]);
  assert.deepEqual(those(mayBeNeeded), ["missing", "unknown", "moving"]);
  assert.deepEqual(those(hasArrived), ["stored", "held"]);
});
