// Prints the public holidays of Norway as date-holidays has them, one date a line, for the years given: FROM TO.
import Holidays from 'date-holidays'

const [from, to] = process.argv.slice(2).map(Number)
const norway = new Holidays('NO')
const dates = new Set()
for (let year = from; year <= to; year++) {
  for (const holiday of norway.getHolidays(year)) {
    if (holiday.type === 'public') dates.add(holiday.date.slice(0, 10))
  }
}
console.log([...dates].sort().join('\n'))
