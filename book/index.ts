// The claims of the book, chapter by chapter.
export {};
