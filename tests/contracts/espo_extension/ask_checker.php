<?php

/**
 * A stand-in for the little of EspoCRM that an availability checker touches: a user, who may what, and how classes are
 * found. Prints what a checker answers about a user of the given scopes.
 *
 * Usage: php ask_checker.php FOLDER CLASS [SCOPE...], where FOLDER holds `custom/` as after installation.
 */

namespace Espo\Entities {
    class User
    {
        /** @param string[] $scopes */
        public function __construct(public readonly array $scopes)
        {}
    }
}

namespace Espo\Core {
    use Espo\Entities\User;

    class AclManager
    {
        public function checkScope(User $user, string $scope, ?string $action = null): bool
        {
            return in_array($scope, $user->scopes, true);
        }
    }
}

namespace Espo\Modules\Crm\Tools\Meeting {
    use Espo\Entities\User;

    interface MeetingServiceAvailabilityChecker
    {
        public function check(User $user): bool;
    }
}

namespace {
    use Espo\Core\AclManager;
    use Espo\Entities\User;
    use Espo\Modules\Crm\Tools\Meeting\MeetingServiceAvailabilityChecker;

    [, $folder, $class] = $argv;

    spl_autoload_register(function (string $class) use ($folder): void {
        $file = "$folder/custom/" . str_replace('\\', '/', $class) . '.php';

        if (is_file($file)) {
            require $file;
        }
    });

    $checker = new $class(new AclManager());

    echo json_encode([
        'isChecker' => $checker instanceof MeetingServiceAvailabilityChecker,
        'available' => $checker->check(new User(array_slice($argv, 3))),
    ]);
}
