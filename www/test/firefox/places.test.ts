/** Places within Firefox that are no plain page. */
import { testPlaces } from "../places.js";

testPlaces("firefox");
