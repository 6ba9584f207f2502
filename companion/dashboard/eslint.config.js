// Biome checks everything else: this alone knows which texts a translator never gets to see.
import parser from "@typescript-eslint/parser";
import lingui from "eslint-plugin-lingui";

const NAMES_OF_NO_TEXT = [
  "^(className|id|key|type|role|href|src|name|rel|target|scope|method|lang|dir|htmlFor|viewBox|d|fill|stroke)$",
  "^(autoComplete|inputMode|tone|kind|variant|size|as|align|side|theme|zone|language|column|channel|path|to)$",
  "^aria-(current|live|sort|hidden|modal|haspopup|expanded|controls|labelledby|describedby|pressed|busy)$",
  "^data-[a-z-]+$",
  "^[A-Z_]+$",
];

export default [
  {
    files: ["src/**/*.tsx"],
    languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    plugins: { lingui },
    rules: {
      "lingui/no-unlocalized-strings": [
        "error",
        {
          // Signs, numbers, and words that are codes: lower case with dashes or dots, or all capitals.
          ignore: ["^[^\\p{L}]*$", "^[a-z0-9./:#_{} -]+$", "^[A-Z0-9_/.-]+$", "^[a-z]+([A-Z][a-z]*)+$"],
          ignoreNames: NAMES_OF_NO_TEXT.map((pattern) => ({ regex: { pattern } })),
          ignoreFunctions: [
            "Error",
            "*.get",
            "*.set",
            "*.has",
            "*.includes",
            "*.startsWith",
            "*.addEventListener",
            "*.querySelector",
            "*.matchMedia",
            "useMedia",
          ],
        },
      ],
      "lingui/t-call-in-function": "error",
      "lingui/no-single-variables-to-translate": "error",
      "lingui/no-trans-inside-trans": "error",
      "lingui/no-expression-in-message": "error",
    },
  },
];
