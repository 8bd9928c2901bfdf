// The page that opens a log without a server: dist/inspector.html, one file.
import { defineInspector } from './open-inspector.ts'

defineInspector()
