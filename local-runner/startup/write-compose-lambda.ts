import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDefinitions } from '../manifest/read-definitions.ts'
import { withLambdaServices } from './compose-lambda.ts'

/** Brings the services of the profile `lambda` in docker-compose.yml up to date. */
export async function writeComposeLambda(root: string): Promise<void> {
  const file = join(root, 'docker-compose.yml')
  const text = await readFile(file, 'utf8')
  await writeFile(file, withLambdaServices(text, await readDefinitions(root)))
}
