// What a report must have. What is similar is asked with half a report too, so the page says what is missing.

/** Faults as the service sends them, of a report as the contract has it and the questions of its category. */
export function missingFrom({ description, location, attributes }, questions) {
  const placed = Object.keys(location).some((part) => ["longitude", "address", "segmentCode"].includes(part));
  const asked = questions.filter(({ code, required }) => required && attributes[code] === undefined);
  return [
    ...(description ? [] : [missing("/description", "请描述问题")]),
    ...(placed ? [] : [missing("/location", "请说明在哪里")]),
    ...asked.map(({ code }) => missing(`/attributes/${code}`, "请回答这个问题")),
  ];
}

function missing(pointer, detail) {
  return { pointer, code: "missing", detail };
}
