import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["node_modules/", "docker/", "test/golden/"] },
    {
        files: ["**/*.ts"],
        extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        plugins: { "@pulumi": pulumi },
        rules: {
            "@pulumi/no-output-in-template-literal": "error",
            "@pulumi/no-output-instance-in-template-literal": "error",
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
            "@typescript-eslint/switch-exhaustiveness-check": "error",
            "@typescript-eslint/prefer-nullish-coalescing": "error",
            "@typescript-eslint/no-non-null-assertion": "error",
            "@typescript-eslint/no-explicit-any": "error",
            // A component is made for what it registers.
            "@typescript-eslint/no-extraneous-class": "off",
            "no-new": "off",
            eqeqeq: "error",
            "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
            "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
        },
    },
    // Everything flows one way: the stack file, settings, components, resources; plan and policies look at the graph alone.
    ...[
        ["settings", ["components", "plan", "policy"]],
        ["apps", ["components", "plan", "policy"]],
        ["components", ["apps", "plan", "policy"]],
        ["plan", ["components"]],
        ["policy", ["apps", "components"]],
    ].map(([folder, others]) => ({
        files: [`${folder}/**/*.ts`],
        rules: {
            "no-restricted-imports": [
                "error",
                { patterns: [{ regex: `/(${others.join("|")})/`, message: `${folder}/ may not know it.` }] },
            ],
        },
    })),
    {
        files: ["test/**/*.ts"],
        rules: { "max-lines-per-function": "off", "@typescript-eslint/no-floating-promises": "error" },
    },
);
