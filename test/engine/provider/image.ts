/** `awsx.ecr.Image` as the real component registers it: one image of docker-build below, named by tag or `imageName`. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface ImageInputs {
    readonly repositoryUrl: string;
    readonly imageName?: string;
    readonly imageTag?: string;
    readonly context?: string;
    readonly dockerfile?: string;
    readonly platform?: string;
    readonly target?: string;
    readonly args?: Readonly<Record<string, string>>;
}

export class Image extends pulumi.ComponentResource {
    readonly imageUri: pulumi.Output<string>;

    constructor(name: string, inputs: pulumi.Inputs, opts: pulumi.ComponentResourceOptions) {
        super("awsx:ecr:Image", name, {}, opts);
        this.imageUri = pulumi.output(inputs).apply((known) => this.build(known as ImageInputs));
        this.registerOutputs({ imageUri: this.imageUri });
    }

    /** Within `apply`, as in awsx: a first preview, which knows no repository, does not see the image. */
    private build(inputs: ImageInputs): pulumi.Output<string> {
        const { repositoryUrl, imageName, imageTag, context, dockerfile, platform, target, args } = inputs;
        const tag = imageName ?? imageTag;
        if (tag === undefined) {
            throw new Error(
                "the stand-in wants an `imageName`: awsx would name the image by a hash of its context",
            );
        }
        const reference = `${repositoryUrl}:${tag}`;
        const credentials = aws.ecr.getAuthorizationTokenOutput({}, { parent: this });
        const image = new BuiltImage(
            tag,
            {
                tags: [reference],
                buildArgs: args,
                cacheFrom: [{ registry: { ref: reference } }],
                cacheTo: [{ inline: {} }],
                context: { location: context ?? "." },
                dockerfile: { location: dockerfile },
                platforms: platform === undefined ? [] : [platform],
                target,
                push: true,
                registries: [
                    {
                        address: repositoryUrl,
                        username: "AWS",
                        password: credentials.apply(({ password }) => password),
                    },
                ],
            },
            { parent: this },
        );
        return image.digest.apply((digest) => `${repositoryUrl}@${digest}`);
    }
}

class BuiltImage extends pulumi.CustomResource {
    declare readonly digest: pulumi.Output<string>;

    constructor(name: string, inputs: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
        super("docker-build:index:Image", name, { ...inputs, digest: undefined, ref: undefined }, opts);
    }
}
