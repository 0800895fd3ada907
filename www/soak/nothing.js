/** A function of one's own that gives back what it is given. */
export default (image) => image;
