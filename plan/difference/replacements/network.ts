/** The load balancer, what it stands in, and names. */
import { AWS, type Rule } from "./rule";

export const LOAD_BALANCER: Readonly<Record<string, Rule>> = {
    "aws:lb/loadBalancer:LoadBalancer": {
        source: `${AWS}elbv2/load_balancer.go`,
        properties: ["customerOwnedIpv4Pool", "internal", "loadBalancerType", "name", "namePrefix"],
        sometimes: ["subnetMappings"],
        kept: ["internal"],
    },
    "aws:lb/targetGroup:TargetGroup": {
        source: `${AWS}elbv2/target_group.go`,
        properties: [
            "ipAddressType",
            "name",
            "namePrefix",
            "port",
            "protocol",
            "protocolVersion",
            "targetType",
            "vpcId",
        ],
        kept: ["ipAddressType", "protocolVersion"],
    },
    "aws:lb/listener:Listener": { source: `${AWS}elbv2/listener.go`, properties: ["loadBalancerArn"] },
    "aws:lb/listenerRule:ListenerRule": {
        source: `${AWS}elbv2/listener_rule.go`,
        properties: ["listenerArn"],
    },
    "aws:lb/listenerCertificate:ListenerCertificate": {
        source: `${AWS}elbv2/listener_certificate.go`,
        properties: ["certificateArn", "listenerArn"],
    },
    "aws:acm/certificate:Certificate": {
        source: `${AWS}acm/certificate.go`,
        properties: [
            "certificateAuthorityArn",
            "domainName",
            "keyAlgorithm",
            "subjectAlternativeNames",
            "validationMethod",
            "validationOptions",
        ],
        kept: ["domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod"],
    },
    "aws:acm/certificateValidation:CertificateValidation": {
        source: `${AWS}acm/certificate_validation.go`,
        properties: ["certificateArn", "validationRecordFqdns"],
    },
    "aws:route53/record:Record": { source: `${AWS}route53/record.go`, properties: ["name", "zoneId"] },
};

export const NETWORK: Readonly<Record<string, Rule>> = {
    "aws:ec2/vpc:Vpc": {
        source: `${AWS}ec2/vpc_.go`,
        properties: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
        sometimes: ["instanceTenancy", "ipv6IpamPoolId", "ipv6NetmaskLength"],
        kept: ["cidrBlock"],
    },
    "aws:ec2/subnet:Subnet": {
        source: `${AWS}ec2/vpc_subnet.go`,
        properties: [
            "availabilityZone",
            "availabilityZoneId",
            "cidrBlock",
            "ipv6Native",
            "outpostArn",
            "vpcId",
        ],
        sometimes: ["ipv6CidrBlock"],
        kept: ["availabilityZone", "availabilityZoneId"],
    },
    "aws:ec2/securityGroup:SecurityGroup": {
        source: `${AWS}ec2/vpc_security_group.go`,
        properties: ["description", "name", "namePrefix", "vpcId"],
        kept: ["vpcId"],
    },
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
        source: `${AWS}ec2/vpc_default_security_group.go`,
        properties: ["vpcId"],
        kept: ["vpcId"],
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        source: `${AWS}ec2/vpc_security_group_egress_rule.go`,
        properties: ["securityGroupId"],
        // In place as long as the other side stays of one kind: addresses, a list of them, or a security group.
        comingAndGoing: ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"],
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        source: `${AWS}ec2/vpc_security_group_ingress_rule.go`,
        properties: ["securityGroupId"],
        // In place as long as the other side stays of one kind: addresses, a list of them, or a security group.
        comingAndGoing: ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"],
    },
    "aws:ec2/internetGateway:InternetGateway": {
        source: `${AWS}ec2/vpc_internet_gateway.go`,
        properties: [],
    },
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": {
        source: `${AWS}ec2/vpc_egress_only_internet_gateway.go`,
        properties: ["vpcId"],
    },
    "aws:ec2/natGateway:NatGateway": {
        source: `${AWS}ec2/vpc_nat_gateway.go`,
        properties: [
            "allocationId",
            "availabilityMode",
            "connectivityType",
            "privateIp",
            "subnetId",
            "vpcId",
        ],
        sometimes: ["secondaryPrivateIpAddressCount"],
        kept: ["privateIp"],
    },
    "aws:ec2/routeTable:RouteTable": { source: `${AWS}ec2/vpc_route_table.go`, properties: ["vpcId"] },
    "aws:ec2/route:Route": {
        source: `${AWS}ec2/vpc_route.go`,
        properties: [
            "destinationCidrBlock",
            "destinationIpv6CidrBlock",
            "destinationPrefixListId",
            "routeTableId",
        ],
    },
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {
        source: `${AWS}ec2/vpc_route_table_association.go`,
        properties: ["gatewayId", "subnetId"],
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        source: `${AWS}ec2/vpc_endpoint.go`,
        properties: [
            "resourceConfigurationArn",
            "serviceName",
            "serviceNetworkArn",
            "serviceRegion",
            "vpcEndpointType",
            "vpcId",
        ],
        kept: ["serviceRegion"],
    },
    "aws:ec2/flowLog:FlowLog": {
        source: `${AWS}ec2/vpc_flow_log.go`,
        properties: { allBut: ["tags"] },
        kept: ["destinationOptions", "logDestination", "logFormat"],
    },
    "aws:ec2/eip:Eip": {
        source: `${AWS}ec2/ec2_eip.go`,
        properties: ["address", "domain", "ipamPoolId", "networkBorderGroup", "publicIpv4Pool"],
        kept: ["domain", "ipamPoolId", "networkBorderGroup", "publicIpv4Pool"],
    },
    "aws:ec2/networkInterface:NetworkInterface": {
        source: `${AWS}ec2/vpc_network_interface.go`,
        properties: ["interfaceType", "privateIps", "subnetId"],
        sometimes: ["enablePrimaryIpv6"],
        kept: ["interfaceType", "privateIps"],
    },
};
