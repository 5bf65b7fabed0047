// Formats Lua files with StyLua (its npm build): node format_lua.mjs MODULE_FOLDER write|check FILE...
// Prints the files that are not formatted; "check" then exits with 1, "write" formats them.
// The options repeat clients/neovim/stylua.toml, which this build does not read.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const [folder, mode, ...files] = process.argv.slice(2);
const stylua = createRequire(folder + "/")("@johnnymorganz/stylua");
/** StyLua consumes its options, so each file gets new ones. */
function options() {
  const config = stylua.Config.new();
  config.column_width = 120;
  config.indent_type = stylua.IndentType.Spaces;
  config.indent_width = 2;
  config.quote_style = stylua.QuoteStyle.AutoPreferSingle;
  return config;
}

let wrong = 0;
for (const file of files) {
  const text = readFileSync(file, "utf8");
  const formatted = stylua.formatCode(text, options(), undefined, stylua.OutputVerification.None);
  if (formatted !== text) {
    wrong += 1;
    console.log(file);
    if (mode === "write") writeFileSync(file, formatted);
  }
}
process.exit(mode === "check" && wrong > 0 ? 1 : 0);
