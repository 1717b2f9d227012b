#!/usr/bin/env node
import { launch } from "./launch.mjs";

launch(["compile", ...process.argv.slice(2)]);
