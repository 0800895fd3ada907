//! What every filter promises, of these; and the types for TypeScript.

pixelpool_kit::tests!(own_filter::FILTERS);
