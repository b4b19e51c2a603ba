// npm run bench [-- <name>]: numbers of this machine, each beside what it is to be compared with.
import { benchMapping } from './mapping.ts'
import { benchOrders } from './orders.ts'
import { benchReload } from './reload.ts'

const benches: Readonly<Record<string, (print: (line: string) => void) => Promise<void>>> = {
  orders: benchOrders,
  mapping: benchMapping,
  reload: benchReload,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in benches))
if (unknown.length > 0) {
  throw new Error(`No bench is called ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
}
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`# ${name}`)
  await bench((line) => console.log(line))
}
