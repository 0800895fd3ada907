/** Places within Chromium that are no plain page. */
import { testPlaces } from "../places.js";

testPlaces("chromium");
