<?php

// `artisan bookstack:create-admin` takes the password as an argument, and arguments are there to read for every process
// of the container and for runtime monitoring. This runs the same command inside this process, from the environment.
// Status: 0 the default administrator was replaced, 2 there is another administrator already, else an error.

use Illuminate\Contracts\Console\Kernel;
use Symfony\Component\Console\Input\ArrayInput;
use Symfony\Component\Console\Output\ConsoleOutput;

// A stack trace shows the arguments of functions, one of which is the password.
ini_set('zend.exception_ignore_args', '1');

$application = getenv('SELFHOST_ROOT') . '/app/www'; // SELFHOST_ROOT stands for / in tests

$parameters = ['command' => 'bookstack:create-admin', '--initial' => true, '--no-interaction' => true];
$optional = [
    '--email' => 'BOOKSTACK_ADMIN_EMAIL',
    '--name' => 'BOOKSTACK_ADMIN_NAME',
    '--password' => 'BOOKSTACK_ADMIN_PASSWORD',
    '--external-auth-id' => 'BOOKSTACK_ADMIN_EXTERNAL_ID',
];
foreach ($optional as $option => $variable) {
    $value = getenv($variable);
    if ($value !== false && $value !== '') {
        $parameters[$option] = $value;
    }
}

require $application . '/vendor/autoload.php';
$app = require $application . '/bootstrap/app.php';
exit($app->make(Kernel::class)->handle(new ArrayInput($parameters), new ConsoleOutput()));
