/** The ways photos come in: chosen, dropped, pasted. */
import { find } from "./dom.js";
import type { Photo } from "./samples.js";

export function setUpPhotoInput(onPhotos: (photos: Photo[]) => void): void {
  const take = (files: FileList | null | undefined): void => {
    // Any file may come: one that is no picture fails alone, on its own tile.
    const photos = Array.from(files ?? [], (file) => ({ name: file.name, blob: file }));
    if (photos.length > 0) onPhotos(photos);
  };
  const input = find("#files", HTMLInputElement);
  input.addEventListener("change", () => {
    take(input.files);
    input.value = ""; // so that the same files can be chosen again
  });

  let depth = 0; // dragenter and dragleave come for every element that is crossed
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  const show = (dragging: boolean): void => void document.body.classList.toggle("dragging", dragging);
  addEventListener("dragenter", (event) => {
    if (carriesFiles(event)) show(++depth > 0);
  });
  addEventListener("dragleave", (event) => {
    if (carriesFiles(event)) show(--depth > 0);
  });
  addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    take(event.dataTransfer?.files);
  });
  addEventListener("paste", (event) => take(event.clipboardData?.files));
}
