// A photo from the machine's own camera, where there is one.

import { contextOf } from "../../shared/canvas.js";
import { byId } from "../../shared/elements.js";
import { text } from "../../shared/text.js";
import { showError } from "../say/notice.js";

const dialog = byId("camera", HTMLDialogElement);
const video = byId("camera-video", HTMLVideoElement);

/** @type {MediaStream | null} */
let stream = null;
/** Phones have two: the one that looks away from the visitor first. */
let facing = "environment";

function stop() {
  for (const track of stream?.getTracks() ?? []) {
    track.stop();
  }
  stream = null;
  video.srcObject = null;
}

async function show() {
  stop();
  stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: facing, width: { ideal: 4096 }, height: { ideal: 4096 } },
  });
  video.srcObject = stream;
  await video.play();
}

function photo() {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  contextOf(canvas).drawImage(video, 0, 0);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
}

/** @param {() => Promise<void>} task */
async function attempt(task) {
  try {
    await task();
  } catch {
    dialog.close();
    showError(text("camera-refused"), "camera");
  }
}

async function cameras() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter(({ kind }) => kind === "videoinput");
}

/**
 * Offers the camera where there is one.
 * @param {(file: File) => void} take
 */
export async function offerCamera(take) {
  const found = await cameras().catch(() => []);
  byId("take-photo").hidden = found.length === 0;
  byId("camera-switch").hidden = found.length < 2;
  byId("take-photo").onclick = () =>
    attempt(async () => {
      dialog.showModal();
      await show();
    });
  byId("camera-switch").onclick = () =>
    attempt(async () => {
      facing = facing === "user" ? "environment" : "user";
      await show();
    });
  byId("camera-shoot").onclick = () =>
    attempt(async () => {
      const blob = await photo();
      dialog.close();
      take(new File([blob], "photo.jpg", { type: blob.type }));
    });
  byId("camera-cancel").onclick = () => dialog.close();
  dialog.onclose = stop;
}
