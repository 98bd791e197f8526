/** The other engine tests run the program transpiled beforehand, which is faster; here it is run as everybody runs it. */
import { assertPreviewIsPlan, createStack, engineSuite } from "./support/engine";

engineSuite(
    "the program's TypeScript on the real engine",
    (project) => {
        it("previews what the plan shows", async () => {
            const stack = await createStack(project(), "dev");
            await assertPreviewIsPlan(stack, await stack.preview());
        });
    },
    "typescript",
);
