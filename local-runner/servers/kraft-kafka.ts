import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Guardian, ServerProcess } from './guardian.ts'
import { type JavaSetup, startJavaServer } from './java-server.ts'
import { kraftBroker, writeProperties } from './kafka-properties.ts'
import { lastLines, runCommand } from './run-command.ts'

const FORMAT_LIMIT_SECONDS = 60

export interface BrokerPlace {
  readonly directory: string
  readonly logFile: string
  readonly port: number
  readonly controllerPort: number
  /** Further broker settings. */
  readonly settings?: Readonly<Record<string, string>>
}

async function formatStorage({ java, classPath, loggingOption }: JavaSetup, configFile: string) {
  // A leading dash would be parsed as an option, so the first character is always a letter.
  const clusterId = `K${randomBytes(16).toString('base64url').slice(1)}`
  const format = ['kafka.tools.StorageTool', 'format', '--standalone', '--ignore-formatted']
  const { code, output } = await runCommand(
    java.file,
    [
      '-XX:TieredStopAtLevel=1',
      '-cp',
      classPath,
      loggingOption,
      ...format,
      '-t',
      clusterId,
      '-c',
      configFile,
    ],
    { timeoutSeconds: FORMAT_LIMIT_SECONDS },
  )
  if (code !== 0)
    throw new Error(`Kafka could not format its data folder (${configFile}):\n${lastLines(output)}`)
}

/** Starts one process that is broker and controller; its data folder is formatted at the first start. */
export async function startKraftKafka(
  guardian: Pick<Guardian, 'start'>,
  setup: JavaSetup,
  { directory, logFile, port, controllerPort, settings }: BrokerPlace,
): Promise<ServerProcess> {
  const configFile = join(directory, 'server.properties')
  await writeProperties(configFile, { ...kraftBroker(directory, port, controllerPort), ...settings })
  if (!existsSync(join(directory, 'log', 'meta.properties'))) await formatStorage(setup, configFile)
  return await startJavaServer(guardian, setup, {
    name: 'kafka',
    mainClass: 'kafka.Kafka',
    configFile,
    logFile,
    isReady: (log) => log.includes('[KafkaRaftServer nodeId=1] Kafka Server started'),
  })
}
