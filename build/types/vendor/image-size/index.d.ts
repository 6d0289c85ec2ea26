export * from "image-size";
