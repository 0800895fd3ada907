import { serve } from "pixelpool/functions";
import { halftone } from "../halftone.js";

serve({ halftone });
