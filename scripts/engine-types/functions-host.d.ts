export { startFunctions } from "../../www/src/functions/host.js";
