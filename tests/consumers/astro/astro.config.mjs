/** Where it is served is a matter of the site, not of the package. */
export default { base: process.env.BASE ?? "/" };
