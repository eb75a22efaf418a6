// For the course page: the link "Verder waar je was".
import { toonVerder } from "./plek.js";
import { knoppen } from "./knoppen.js";

toonVerder();
knoppen();
