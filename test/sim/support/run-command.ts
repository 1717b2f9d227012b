import { runSimulatorCommand } from "../../../cli/sim/command.ts";

process.exit(await runSimulatorCommand(process.argv.slice(2)));
