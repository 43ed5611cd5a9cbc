/**
 * Starts every behaviour of a page, once. Pages work without any of this: forms post, links lead, lists are searched by
 * GET. The scanner comes first: what a scanner types must be gone before anything else listens to keys.
 */
import { start as scanner } from "./scanner.js";
import { start as confirm } from "./confirm.js";
import { start as once } from "./once.js";
import { start as ahead } from "./ahead.js";
import { start as keys } from "./keys.js";
import { start as search } from "./search.js";
import { start as screens } from "./screens.js";
import { start as network } from "./network.js";
import { start as unsent } from "./unsent.js";
import { start as fields } from "./fields.js";
import { start as hold } from "./hold.js";
import { start as idle } from "./idle.js";
import { start as said } from "./said.js";
import { start as countdown } from "./countdown.js";
import { start as count } from "./count.js";
import { start as overdose } from "./overdose.js";
import { start as position } from "./position.js";
import { start as live } from "./live.js";

for (const begin of [scanner, confirm, once, ahead, keys, search, screens, network, unsent, fields, hold, idle, said, countdown, count, overdose, position, live]) begin();
