// The scripts of the compose form. They run together, after all of them have loaded: a script that
// takes the chosen files from the form must not run without the script that waits for their uploads.

import "./draft/main.js";
import "./documents/main.js";
import "./recipients/main.js";
import "./recipients/file_dialog.js";
import "./submit.js";
