/**
 * A photo is made smaller before it goes over a bad line: a telephone's picture has some megabytes, the server keeps some
 * kilobytes. Where the browser cannot, the file goes as it is; the server makes it small anyway.
 */
const LARGE = 200_000; // bytes; below it nothing is gained
const SIDE = 960; // pixels; three times what is kept
const QUALITY = 0.85;

/**
 * @param {File} file
 * @returns {Promise<File | null>} the same picture, upright and small; null where it cannot be made smaller
 */
async function smaller(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return made instanceof Blob && made.size < file.size ? new File([made], "photo.jpg", { type: "image/jpeg" }) : null;
}

for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-shrink]"))) {
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (!file || file.size < LARGE || !file.type.startsWith("image/")) return;
    const made = await smaller(file).catch(() => null);
    if (!made || input.files?.[0] !== file) return; // another one was chosen meanwhile
    const chosen = new DataTransfer();
    chosen.items.add(made);
    input.files = chosen.files;
  });
}
