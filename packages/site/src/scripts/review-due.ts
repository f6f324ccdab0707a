/** Says by how many days a review is overdue, on the day of reading: the page may have been built long before. */

const millisecondsPerDay = 86_400_000;

for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-review-due]")) {
  const days = Math.floor((Date.now() - Date.parse(time.dateTime)) / millisecondsPerDay);
  if (days < 1) continue;
  const overdue = document.createElement("strong");
  overdue.className = "review-overdue";
  overdue.textContent = ` (overdue by ${String(days)} ${days === 1 ? "day" : "days"})`;
  time.after(overdue);
}
