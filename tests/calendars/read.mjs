// A foreign reader of calendars: prints what ical.js makes of the file on standard input, as JSON.
// Argument: the folder that ical.js is installed in.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const module = await import(pathToFileURL(`${folder}/node_modules/ical.js/dist/ical.js`));
const ICAL = module.default ?? module;

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const entries = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    starts: event.startDate.toJSDate().toISOString(),
    ends: event.endDate.toJSDate().toISOString(),
    sequence: component.getFirstPropertyValue("sequence"),
    status: component.getFirstPropertyValue("status"),
    summary: event.summary,
    names: component.getAllProperties().map((property) => property.name).sort(),
  };
});
console.log(JSON.stringify({ method: calendar.getFirstPropertyValue("method"), entries }));
